"""A mail server for tests, over aiosmtpd: what comes in is printed as JSON lines.

The first line is {"port": N}. Then each AUTH, MAIL, RCPT and DATA command is
{"command": NAME}, and each message {"mail": {...}}.

To a local part of three digits, a dash and anything the answer to RCPT is that
code; a subject "refuse" is answered 554 after the message.
"""

import argparse
import asyncio
import email
import email.policy
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def say(**line):
    print(json.dumps(line), flush=True)


class Server(SMTP):
    """Says which commands came, so that a test can see that none did."""

    async def smtp_AUTH(self, arg):
        say(command="AUTH")
        await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        say(command="MAIL")
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        say(command="RCPT")
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        say(command="DATA")
        await super().smtp_DATA(arg)


class Handler:
    def __init__(self, arguments):
        self.arguments = arguments

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.arguments.refuse_sender:
            return "550 5.7.1 <%s> may not send" % address
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        code = address.split("-")[0]
        if len(code) == 3 and code.isdigit():
            return "%s 5.1.1 <%s>: says the test\x1b[31m" % (code, address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if message["Subject"] == "refuse":
            return "554 5.7.1 looks like spam"
        say(
            mail={
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "tls": session.ssl is not None or self.arguments.tls == "implicit",
                "user": session.auth_data and session.auth_data.login.decode(),
                "raw": envelope.content.decode("latin-1"),
                "headers": [[name, str(value)] for name, value in message.items()],
                "type": message.get_content_type(),
                "parts": [
                    [part.get_content_type(), part.get_payload(decode=True).decode()]
                    for part in message.iter_parts()
                ],
            }
        )
        return "250 OK"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", choices=["starttls", "implicit", "stripped", "silent"], required=True)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--refuse-sender", action="store_true")
    arguments = parser.parse_args()

    context = None
    if arguments.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.certificate, arguments.key)
    starttls = arguments.tls == "starttls"

    def authenticate(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            arguments.user.encode(),
            arguments.password.encode(),
        )
        return AuthResult(success=right, handled=right, auth_data=data)

    def connection():
        return Server(
            Handler(arguments),
            hostname="mail.test",
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_required=arguments.user is not None,
            # A line that is TLS already, or one that a thief has stripped of it.
            auth_require_tls=starttls,
            authenticator=authenticate if arguments.user else None,
        )

    async def serve():
        loop = asyncio.get_running_loop()
        # "silent" takes connections and never says a word.
        protocol = asyncio.Protocol if arguments.tls == "silent" else connection
        server = await loop.create_server(
            protocol,
            "127.0.0.1",
            arguments.port,
            ssl=context if arguments.tls == "implicit" else None,
        )
        say(port=server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


main()
