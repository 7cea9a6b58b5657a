// Says which Node is needed, before anything is loaded that an older one cannot read. npm runs it
// ahead of the scripts; it is JavaScript of 2009, so that every Node can.
"use strict";

var needed = require("./package.json").engines.node;
var found = process.version;

function numbersOf(version) {
  return version
    .replace(/^[^0-9]*/, "")
    .split(".")
    .map(Number);
}

function isAtLeast(version, least) {
  for (var at = 0; at < least.length; at += 1) {
    if (version[at] !== least[at]) return version[at] > least[at];
  }
  return true;
}

function fits(alternative) {
  var version = numbersOf(found);
  var least = numbersOf(alternative);
  if (alternative.charAt(0) === "^" && version[0] !== least[0]) return false;
  return isAtLeast(version, least);
}

if (!needed.split(/\s*\|\|\s*/).some(fits)) {
  var oldest = numbersOf(needed).slice(0, 2).join(".");
  var lines = [
    "This app needs Node " + oldest + " or newer (" + needed + ").",
    "This is Node " + found.slice(1) + ".",
    "Install one from https://nodejs.org/ or with `nvm install`, then run `npm ci` again.",
    "",
  ];
  process.stderr.write(lines.join("\n"));
  process.exit(1);
}
