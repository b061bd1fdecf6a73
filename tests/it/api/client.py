"""Calls the API with a token, and knows nothing but what the served document says."""

import json
import os
import sys
import urllib.error
import urllib.request

ORIGIN = sys.argv[1]
TOKEN = os.environ["TOKEN"]
SEND = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(method, path, headers):
    request = urllib.request.Request(ORIGIN + path, method=method, headers=headers)
    try:
        answer = SEND.open(request)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        kind = answer.headers.get_content_type()
        body = answer.read()
    return answer.status, kind, json.loads(body) if kind.endswith("json") else body


_, _, document = send("GET", "/api/openapi.json", {})
assert document["openapi"].startswith("3.1.")


def call(method, path, **ids):
    operation = document["paths"][path][method]
    headers = {}
    for scheme in operation["security"]:
        for name in scheme:
            described = document["components"]["securitySchemes"][name]
            assert (described["type"], described["scheme"]) == ("http", "bearer")
            headers["Authorization"] = "Bearer " + TOKEN
    status, kind, body = send(method.upper(), path.format(**ids), headers)
    described = operation["responses"][str(status)]
    assert kind in described.get("content", {kind: None}), (path, status, kind)
    return status, body


called = 0
for path, operations in document["paths"].items():
    if "get" not in operations or "{" in path:
        continue
    status, body = call("get", path)
    assert status == 200, (path, status, body)
    called += 1
    one = path + "/{id}"
    for entries in body.values() if isinstance(body, dict) else []:
        if "get" in document["paths"].get(one, {}) and entries:
            status, body = call("get", one, id=entries[0]["id"])
            assert status == 200, (one, status, body)
            called += 1

status, revoked = call("delete", "/api/v1/tokens")
assert status == 200 and revoked["revoked"] >= 1, (status, revoked)
status, refused = call("get", "/api/v1/profile")
assert status == 401 and refused["code"] == "invalid-token", (status, refused)
print(f"called {called}, revoked, refused")
