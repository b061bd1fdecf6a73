"""A real mail server for tests: STARTTLS or implicit TLS, sign-in, refusals.

Each message becomes one line of JSON on standard output. Recipients decide
what happens: refused-for-now@ is answered 451, refused-for-good@ 550.
"""

import argparse
import asyncio
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--tls", choices=["starttls", "implicit", "none"], required=True)
arguments.add_argument("--certificate")
arguments.add_argument("--key")
arguments.add_argument("--user")
arguments.add_argument("--password")
arguments = arguments.parse_args()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused-for-now@"):
            return "451 4.2.1 try again later, " + address
        if address.startswith("refused-for-good@"):
            return "550 5.1.1 nobody here is called " + address
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        line = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or arguments.tls == "implicit",
            "user": getattr(session, "auth_data", None)
            and session.auth_data.login.decode(),
            "data": envelope.original_content.hex(),
        }
        print(json.dumps(line), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    right = (
        isinstance(data, LoginPassword)
        and data.login.decode() == arguments.user
        and data.password.decode() == arguments.password
    )
    return AuthResult(success=right, handled=False, auth_data=data)


context = None
if arguments.tls != "none":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)


def protocol():
    signs_in = arguments.user is not None
    return SMTP(
        Handler(),
        hostname="mail.test",
        tls_context=context if arguments.tls == "starttls" else None,
        require_starttls=arguments.tls == "starttls",
        authenticator=authenticate if signs_in else None,
        auth_required=signs_in,
        auth_require_tls=arguments.tls != "none" and arguments.tls != "implicit",
    )


async def main():
    loop = asyncio.get_running_loop()
    outer = context if arguments.tls == "implicit" else None
    server = await loop.create_server(protocol, "127.0.0.1", arguments.port, ssl=outer)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
