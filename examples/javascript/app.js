// A small web application that people sign in to with Portcullis: Node's own server, and
// openid-client for OpenID Connect.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import * as oidc from "openid-client";

const { PORTCULLIS_URL, CLIENT_ID, CLIENT_SECRET, PORT = "3000" } = process.env;
const issuer = new URL(PORTCULLIS_URL);
const origin = `http://127.0.0.1:${PORT}`;

// Plain HTTP is for one's own machine only; the signature of ID tokens is verified in any case.
const execute = [oidc.enableNonRepudiationChecks];
if (issuer.protocol === "http:") execute.push(oidc.allowInsecureRequests);
const portcullis = await oidc.discovery(issuer, CLIENT_ID, CLIENT_SECRET, undefined, { execute });

// Who is signed in, and who is on the way, by a key that only their browser holds. An application
// of several processes keeps this in its database.
const people = new Map();
const onTheWay = new Map();

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (body) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Notes</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<h1>Notes</h1>
${body}`;

function cookie(request, name) {
  const pairs = (request.headers.cookie ?? "").split("; ").map((pair) => pair.split("="));
  return pairs.find(([own]) => own === name)?.[1];
}

const keep = (name, value, seconds) =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers });
  response.end(body);
}

const lead = (response, to, headers = {}) =>
  answer(response, 303, "", { location: String(to), ...headers });

const routes = {
  async "/"(request, response, url) {
    const key = cookie(request, "notes");
    const held = people.get(key);
    if (held) {
      try {
        // The access token is the application session: refused as soon as that has ended.
        const person = await oidc.fetchUserInfo(portcullis, held.token, held.sub);
        const hello = `<p>Hello, ${escape(person.name)} (${escape(person.email)}).</p>`;
        return answer(response, 200, page(`${hello}<p><a href="/sign-out">Leave</a></p>`));
      } catch {
        people.delete(key);
      }
    }
    const said = url.searchParams.has("bye") ? "You are signed out." : "Nobody is signed in.";
    const link = '<a href="/sign-in">Sign in with Portcullis</a>';
    answer(response, 200, page(`<p>${said}</p><p>${link}</p>`));
  },

  async "/sign-in"(_, response) {
    const key = randomBytes(32).toString("base64url");
    const [verifier, state, nonce] =
      [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
    onTheWay.set(key, { verifier, state, nonce });
    const to = oidc.buildAuthorizationUrl(portcullis, {
      redirect_uri: `${origin}/signed-in`,
      scope: "openid profile email",
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    lead(response, to, { "set-cookie": keep("on-the-way", key, 600) });
  },

  async "/signed-in"(request, response, url) {
    const way = cookie(request, "on-the-way");
    const expected = onTheWay.get(way);
    onTheWay.delete(way);
    if (!expected) return answer(response, 400, page("<p>That took too long.</p>"));
    try {
      // Compares state, nonce and issuer, exchanges the code, verifies the ID token.
      const tokens = await oidc.authorizationCodeGrant(portcullis, url, {
        pkceCodeVerifier: expected.verifier,
        expectedState: expected.state,
        expectedNonce: expected.nonce,
        idTokenExpected: true,
      });
      const key = randomBytes(32).toString("base64url");
      const { sub } = tokens.claims();
      people.set(key, { token: tokens.access_token, idToken: tokens.id_token, sub });
      lead(response, "/", { "set-cookie": keep("notes", key, 28800) });
    } catch (error) {
      const said = `<p>Not signed in: ${escape(error.error ?? error.message)}.</p>`;
      answer(response, 403, page(said));
    }
  },

  async "/sign-out"(request, response) {
    const key = cookie(request, "notes");
    const held = people.get(key);
    people.delete(key);
    if (!held) return lead(response, "/");
    const to = oidc.buildEndSessionUrl(portcullis, {
      id_token_hint: held.idToken,
      post_logout_redirect_uri: `${origin}/?bye=`,
    });
    lead(response, to, { "set-cookie": keep("notes", "", 0) });
  },
};

createServer(async (request, response) => {
  const url = new URL(request.url, origin);
  const route = request.method === "GET" && Object.hasOwn(routes, url.pathname);
  if (!route) return answer(response, 404, page("<p>There is nothing here.</p>"));
  await routes[url.pathname](request, response, url);
}).listen(Number(PORT), "127.0.0.1", () => console.log(`Open ${origin}`));
