import { bench, describe } from "vitest";
import { readApiChallenge } from "../../src/challenge/api-challenge.js";

const CLAIMS = Buffer.from('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}');
const HEADER = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${CLAIMS.toString("base64")}"`;

describe("readApiChallenge", () => {
  bench("a challenge as Entra writes it", () => {
    readApiChallenge({ status: 401, wwwAuthenticate: HEADER });
  });

  bench("16 KB of half-open quotes", () => {
    readApiChallenge({ status: 401, wwwAuthenticate: 'Bearer a="\\",'.repeat(1_200) });
  });
});
