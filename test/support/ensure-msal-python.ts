// Has MSAL for Python ready for the tests with other clients: `npm test` runs it first.
import { ensureTool } from "./ensure-tool.js";
import { findMsalPython } from "./find-msal-python.js";

ensureTool({
  name: "MSAL for Python",
  debianName: "python3-msal",
  variable: "PYTHON_PATH",
  find: findMsalPython,
  advice:
    "The tests with other clients need MSAL for Python: install it (Debian: apt-get install python3-msal; else pip install msal) or set PYTHON_PATH.",
});
