import { describe, expect, it } from "vitest";
import { readWwwAuthenticate } from "../../src/challenge/www-authenticate.js";

/** The challenges in short: scheme, token68 if any, then names and values. */
function outline(header: string): unknown {
  return readWwwAuthenticate(header).map(({ scheme, token68, parameters }) => [
    scheme,
    ...(token68 === undefined ? [] : [token68]),
    ...parameters.map(({ name, value }) => `${name}=${value}`),
  ]);
}

describe("readWwwAuthenticate", () => {
  it.each([
    ["nothing in an empty field", "", []],
    ["nothing in separators alone", " ,\t, ", []],
    ["a bare scheme", "Negotiate", [["negotiate"]]],
    ["two bare schemes", "Negotiate, NTLM", [["negotiate"], ["ntlm"]]],
    ["a token68", "Negotiate YIIB/wY+Q==", [["negotiate", "YIIB/wY+Q=="]]],
    ["a token68 with one pad", "Negotiate YWJjZGU=, A", [["negotiate", "YWJjZGU="], ["a"]]],
    ["a parameter without a value", "A realm=, b=c", [["a", "realm=", "b=c"]]],
    ["a token68 of padding", "A b=====", [["a", "b====="]]],
    ["a value that starts with equals", "A b==c", [["a", "b==c"]]],
    ["quoted-pairs", String.raw`A b="c\"d\\e\f"`, [["a", String.raw`b=c"d\ef`]]],
    ["separators inside quotes", 'A b="c, D e=f", g=h', [["a", "b=c, D e=f", "g=h"]]],
    ["white space around the equals sign", 'A b\t= "c" , d =e', [["a", "b=c", "d=e"]]],
    ["empty list elements", ",,A b=c,, ,d=e,", [["a", "b=c", "d=e"]]],
    ["a comma behind the scheme", "A , b=c", [["a", "b=c"]]],
    ["a missing comma between parameters", 'A b="c" d=e f=g', [["a", "b=c", "d=e", "f=g"]]],
    ["parameters stuck together", 'A b="c"d="e"', [["a", "b=c", "d=e"]]],
    ["an address without quotes", "A b=https://x/y?z=1 c=d", [["a", "b=https://x/y?z=1", "c=d"]]],
    ["quotes inside a value without quotes", 'A b=c"d, e"f, g=h', [["a", 'b=c"d, e"f', "g=h"]]],
    ["a pair of single quotes", "A b='c, d', e=''", [["a", "b=c, d", "e="]]],
    ["single quotes that are no pair", "A b='c, d=it's", [["a", "b='c", "d=it's"]]],
    ["names in lower case", "A ReAlM=B", [["a", "realm=B"]]],
    ["duplicates", "A b=c, b=d", [["a", "b=c", "b=d"]]],
    [
      "a scheme's name as a parameter",
      "A bearer=b, Bearer c=d",
      [
        ["a", "bearer=b"],
        ["bearer", "c=d"],
      ],
    ],
    ["parameters before any scheme", "a=b, C d=e", [["c", "d=e"]]],
    [
      "a scheme in another alphabet",
      "A b=c, \u0412 d=e",
      [
        ["a", "b=c"],
        ["\u0412", "d=e"],
      ],
    ],
    ["a piece that fits nowhere", "A b=c d e, f=g", [["a", "b=c", "f=g"]]],
    ["stray text in quotes", 'A b=c, "D e=f", g=h', [["a", "b=c", "g=h"]]],
    ["a stray symbol", "A b=c, ???, d=e", [["a", "b=c", "d=e"]]],
    ["a word stuck to quotes", 'A b=c, d"e", f=g', [["a", "b=c", "f=g"]]],
    ["white space behind the first equals sign", "A b= c", [["a", "b=c"]]],
    ["a missing closing quote", 'A b="c, D e=f', [["a", "b=c, D e=f"]]],
    ["an escape at the end", 'A b="c\\', [["a", "b=c"]]],
    ["a value without a name", "A b=c, =d, e=f", [["a", "b=c", "e=f"]]],
    ["an apostrophe at the end of a value", "A b=c' , d=e", [["a", "b=c'", "d=e"]]],
    ["an apostrophe inside a value", "A b=o'neill' , c=d", [["a", "b=o'neill'", "c=d"]]],
    ["a single quote that has no pair, behind white space", " A b='c", [["a", "b='c"]]],
    ["a word that begins with a symbol", "A b=c, {d, e=f", [["a", "b=c", "e=f"]]],
    ["a word that ends in a symbol", "A b=c, d{, e=f", [["a", "b=c", "e=f"]]],
    ["a symbol before what looks like a token68", "A {b", [["a"]]],
    ["a symbol behind what looks like a token68", "A b{", [["a"]]],
    [
      "other alphabets as they are",
      "A \u212AEY=b, \u00c9T\u00c9=c",
      [["a", "\u212Aey=b", "\u00c9t\u00c9=c"]],
    ],
  ])("reads %s", (_what, header, expected) => {
    expect(outline(header)).toEqual(expected);
  });

  it.each([
    ["closes before a comma", 'A b="c", d=e', true],
    ["closes before a space", 'A b="c" ', true],
    ["closes before another parameter", 'A b="c"d=e', true],
    ["never closes", 'A b="c', false],
    ["ends in an escape", 'A b="c\\"', false],
    ["is followed by text", 'A b="{"c":1}"', false],
    ["has a quote of its own that never closes", 'A b=c"d', false],
  ])("says whether a value is intact when it %s", (_when, header, intact) => {
    expect(readWwwAuthenticate(header)[0]?.parameters[0]?.intact).toBe(intact);
  });

  it.each([
    ["nothing was skipped", 'A b="c", d=e', false],
    ["words were skipped", "A b=c d e", false],
    ["quotes without a name were skipped", 'A b="c "d" e", ""', false],
    ["a quoted value was skipped", 'A b="c"; d="e"', true],
    ["a value and another text were skipped", 'A b="c"; d="e" "f"', true],
    ["a skipped quote never closes", 'A b="c"; "d', true],
    ["words were skipped behind a quoted value", 'A b="c"; d="e", f=g h', true],
    ["a quote never closes", 'A b="c', true],
  ])("says whether text was lost when %s", (_when, header, lost) => {
    expect(readWwwAuthenticate(header)[0]?.lostText).toBe(lost);
  });

  it("attributes what was lost to the challenge that it was in", () => {
    const [first, second] = readWwwAuthenticate('A b="c"; d="e", F g="h"');
    expect([first?.lostText, second?.lostText]).toEqual([true, false]);
  });
});
