"""The flow that MSAL for Python documents for a claims challenge, against a running sandbox.

Settings come from the environment. APP is the code that `npm run sandbox` prints. Prints one JSON
object per line: {"open": <address for the browser>} or {"result": ...}.

See https://learn.microsoft.com/entra/msal/python/advanced/claims-challenge
"""

import base64
import json
import os
import re
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

import msal
import requests

SCOPE = ["api://payroll/Payroll.Read"]


class Callback(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.query = parse_qs(urlparse(self.path).query)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments):
        pass


callback = HTTPServer(("localhost", 0), Callback)
redirect_uri = "http://localhost:{}/getAToken".format(callback.server_port)


def say(**message):
    print(json.dumps(message), flush=True)


def open_browser(auth_url):
    """Sends the browser to the authority, and returns the code that it brings back."""
    say(open=auth_url)
    callback.handle_request()
    return callback.query["code"][0]


def get_payslips(result):
    headers = {"Authorization": "Bearer " + result["access_token"]}
    return requests.get(os.environ["PAYROLL_API_URL"] + "/payslips", headers=headers)


app = eval(os.environ["APP"].strip(), {"msal": msal})

auth_url = app.get_authorization_request_url(SCOPE, redirect_uri=redirect_uri)
code = open_browser(auth_url)
result = app.acquire_token_by_authorization_code(code, SCOPE, redirect_uri=redirect_uri)
first = get_payslips(result)

returned_claims = re.search('claims="([^"]+)"', first.headers["WWW-Authenticate"]).group(1)
claims_challenge = str(base64.b64decode(returned_claims), "utf-8")

accounts = app.get_accounts()
assert accounts
account = accounts[0]

result = app.acquire_token_silent(SCOPE, account=account, claims_challenge=claims_challenge)
was_silent = bool(result)
if not result:
    auth_url = app.get_authorization_request_url(
        SCOPE, redirect_uri=redirect_uri, claims_challenge=claims_challenge
    )
    code = open_browser(auth_url)
    result = app.acquire_token_by_authorization_code(
        code, SCOPE, redirect_uri=redirect_uri, claims_challenge=claims_challenge
    )
second = get_payslips(result)

say(
    result={
        "first": first.status_code,
        "claims": json.loads(claims_challenge),
        "silent": was_silent,
        "second": second.status_code,
        "payslips": len(second.json().get("payslips", [])),
        "account": account["username"],
    }
)
