// Has nginx ready for the tests of `deploy/`: `npm test` runs it first.
import { ensureTool } from "./ensure-tool.js";
import { findNginx } from "./find-nginx.js";

ensureTool({
  name: "nginx",
  debianName: "nginx-light",
  variable: "NGINX_PATH",
  find: findNginx,
  advice:
    "The tests need nginx: install it (Debian: apt-get install nginx-light) or set NGINX_PATH.",
});
