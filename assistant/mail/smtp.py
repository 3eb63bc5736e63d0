"""Sending mail by SMTP: encrypted wherever it leaves this machine."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from assistant.clock import Clock
from assistant.errors import OperatorError
from assistant.mail.address import mail_server
from assistant.settings import Settings

_TIMEOUT_S = 15.0
_PORTS = (587, 465)


class SmtpOut:
    """Sends letters.

    Args:
        url: `smtps://user:password@host`, or `smtp://...`, which turns to TLS by STARTTLS.
        sender: the address that letters come from.
        clock: dates them.

    Raises:
        OperatorError: the address of the server or of the sender is none.
    """

    def __init__(self, url: str, sender: str, clock: Clock) -> None:
        self._server = mail_server(url, "smtp", "smtp_url", _PORTS)
        if "@" not in parseaddr(sender)[1]:
            raise OperatorError(f"{sender!r} is no address to send from", fix="set mail_from = help@your-shop")
        self.sender = sender
        self._clock = clock

    def send(
        self, to: str, subject: str, text: str, *, message_id: str = "", in_reply_to: str = "", references: str = ""
    ) -> None:
        """Send a letter.

        Args:
            to: one address.
            subject: one line.
            text: plain text.
            message_id: of this letter, with its angle brackets.
            in_reply_to: of the letter that it answers.
            references: ids of the thread.

        Raises:
            OSError: it could not be sent (smtplib's errors are such), or only in the open.
        """
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, to, " ".join(subject.split())
        letter["Date"] = format_datetime(self._clock.now())
        letter["Auto-Submitted"] = "auto-replied" if in_reply_to else "auto-generated"
        for name, value in (("Message-ID", message_id), ("In-Reply-To", in_reply_to), ("References", references)):
            if value:
                letter[name] = value
        letter.set_content(text)
        with self._connect() as connection:
            if self._server.user:
                connection.login(self._server.user, self._server.password)
            connection.send_message(letter)

    def _connect(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        if server.tls:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_S, context=context)
        connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S)
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
        elif not server.on_this_machine:
            connection.close()
            raise OSError(f"{server.host} offers no encryption; nothing was sent")
        return connection


def smtp_of(settings: Settings, clock: Clock) -> SmtpOut:
    """What the settings name.

    Raises:
        OperatorError: they name nothing, or nothing that can be used.
    """
    return SmtpOut(settings.smtp_url.get_secret_value(), settings.mail_from or settings.support_email, clock)
