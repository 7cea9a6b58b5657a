import { createServer } from "node:http";

/** Serves Graph's response to `/v1.0/me` to anybody, at once. */
const PROFILE = JSON.stringify({
  "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
  businessPhones: ["+44 20 7946 0000"],
  displayName: "Ada Okafor",
  givenName: "Ada",
  jobTitle: "Payroll clerk",
  mail: "ada@contoso.example",
  mobilePhone: null,
  officeLocation: "London 3/1042",
  preferredLanguage: "en-GB",
  surname: "Okafor",
  userPrincipalName: "ada@contoso.example",
  id: "8f3c1f5e-5f3c-4a52-9d0e-6f1c6f0e7b11",
});

const server = createServer((_request, response) => {
  response.writeHead(200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(PROFILE),
  });
  response.end(PROFILE);
});
server.listen(Number(process.env.PORT), "localhost");
