"""Bounces as mail servers write them, of an email as it left: what is returned in them is that email itself."""

from email import message_from_string


def _headers(email):
    message = message_from_string(email)
    return "".join(f"{name}: {value}\n" for name, value in message.items())


def without_our_message_id(email):
    """As a server hands it on that gives ids of its own."""
    head, empty, body = email.replace("\r\n", "\n").partition("\n\n")
    lines = [line for line in head.split("\n") if not line.startswith("Message-ID:")]
    return "\n".join([*lines, "Message-ID: <0102018f-000000@eu-west-2.amazonses.com>"]) + empty + body


def postfix(email, *, action="failed", status="5.1.1"):
    """Of a Postfix: the whole message is returned. A delayed one returns its headers alone, as Postfix does."""
    is_failed = action == "failed"
    subject = "Undelivered Mail Returned to Sender" if is_failed else "Delayed Mail (still being retried)"
    returned = (
        f"Content-Description: Undelivered Message\nContent-Type: message/rfc822\n\n{email}"
        if is_failed
        else f"Content-Description: Undelivered Message Headers\nContent-Type: text/rfc822-headers\n\n{_headers(email)}"
    )
    return f"""Return-Path: <>
Received: by mx.example.org (Postfix) id 4BC1A2015F; Tue, 24 Nov 2026 12:00:03 +0000 (GMT)
Date: Tue, 24 Nov 2026 12:00:03 +0000 (GMT)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: {subject}
To: no-reply@carecoord.invalid
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4BC1A2015F.1795521603/mx.example.org"
Content-Transfer-Encoding: 8bit
Message-Id: <20261124120003.4BC1A2015F@mx.example.org>

This is a MIME-encapsulated message.

--4BC1A2015F.1795521603/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

                   The mail system

<nurse@example.org>: host mail.example.org[192.0.2.7] said: 550 {status}
    <nurse@example.org>: Recipient address rejected: User unknown in virtual
    mailbox table (in reply to RCPT TO command)

--4BC1A2015F.1795521603/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4BC1A2015F
X-Postfix-Sender: rfc822; no-reply@carecoord.invalid
Arrival-Date: Tue, 24 Nov 2026 12:00:01 +0000 (GMT)

Final-Recipient: rfc822; nurse@example.org
Original-Recipient: rfc822;nurse@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 {status} <nurse@example.org>: Recipient address
    rejected: User unknown in virtual mailbox table

--4BC1A2015F.1795521603/mx.example.org
{returned}
--4BC1A2015F.1795521603/mx.example.org--
"""


def exim_in_words(email):
    """Of an Exim before it wrote reports: in words, with a copy below them."""
    return f"""Return-path: <>
Envelope-to: no-reply@carecoord.invalid
Received: from Debian-exim by mx.example.org with local (Exim 4.72)
\tid 1sHq3K-0003fZ-Ab for no-reply@carecoord.invalid; Tue, 24 Nov 2026 12:00:03 +0000
X-Failed-Recipients: nurse@example.org
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: no-reply@carecoord.invalid
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1sHq3K-0003fZ-Ab@mx.example.org>
Date: Tue, 24 Nov 2026 12:00:03 +0000

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  nurse@example.org
    SMTP error from remote mail server after end of data:
    host mail.example.org [192.0.2.7]: 552 5.2.2 Mailbox full

------ This is a copy of the message, including all the headers. ------

{email}
"""


def exim_that_still_tries(email):
    return f"""Return-path: <>
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: no-reply@carecoord.invalid
Subject: Warning: message 1sHq3K-0003fZ-Ab delayed 24 hours
Message-Id: <E1sI09z-0001aB-Cd@mx.example.org>
Date: Wed, 25 Nov 2026 12:00:03 +0000

This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.org.

The message identifier is:     1sHq3K-0003fZ-Ab
The following address(es) have not yet been delivered:

  nurse@example.org
    Delay reason: Connection timed out

No action is required on your part. Delivery attempts will continue for
some time.

{_headers(email)}
"""


def exchange(email):
    """Of Exchange: HTML before the report, codes of its own, and headers alone of what is returned."""
    return f"""From: Microsoft Outlook
\t<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.onmicrosoft.com>
To: no-reply@carecoord.invalid
Date: Tue, 24 Nov 2026 12:00:05 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="1a2b3c4d-5e6f-4a1b-8c2d-7e8f9a0b1c2d"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-GB
Message-ID:
 <7c9e6679-7425-40de-944b-e07fc1f90ae7@LO2P265MB0001.GBRP265.PROD.OUTLOOK.COM>
Subject: Undeliverable: CareCoord: 1 thing is waiting for your team
Auto-Submitted: auto-replied
MIME-Version: 1.0

--1a2b3c4d-5e6f-4a1b-8c2d-7e8f9a0b1c2d
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a"

--9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Delivery has failed to these recipients or groups:

nurse@example.org<mailto:nurse@example.org>
The email address you entered couldn't be found. Please check the recipient=
's email address and try to resend the message.

--9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a
Content-Type: text/html; charset="us-ascii"
Content-Transfer-Encoding: base64

PGh0bWw+PGJvZHk+RGVsaXZlcnkgaGFzIGZhaWxlZDwvYm9keT48L2h0bWw+

--9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a--

--1a2b3c4d-5e6f-4a1b-8c2d-7e8f9a0b1c2d
Content-Type: message/delivery-status

Reporting-MTA: dns;LO2P265MB0001.GBRP265.PROD.OUTLOOK.COM
Received-From-MTA: dns;mx.example.org
Arrival-Date: Tue, 24 Nov 2026 12:00:04 +0000

Final-Recipient: rfc822;nurse@example.org
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--1a2b3c4d-5e6f-4a1b-8c2d-7e8f9a0b1c2d
Content-Type: text/rfc822-headers

{_headers(email)}
--1a2b3c4d-5e6f-4a1b-8c2d-7e8f9a0b1c2d--
"""


def qmail(email):
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: no-reply@carecoord.invalid
Subject: failure notice
Date: 24 Nov 2026 12:00:03 -0000

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<nurse@example.org>:
Sorry, no mailbox here by that name.

--- Below this line is a copy of the message.

Return-Path: <no-reply@carecoord.invalid>
{email}
"""


def out_of_office(email):
    asked = message_from_string(email)["Message-ID"]
    return f"""From: Amina Khan <nurse@example.org>
To: no-reply@carecoord.invalid
Subject: Automatic reply: CareCoord: 1 thing is waiting for your team
In-Reply-To: {asked}
References: {asked}
Auto-Submitted: auto-replied
Date: Tue, 24 Nov 2026 12:00:05 +0000

I am away until Monday. What is urgent cannot be delivered by me: ask the team's duty desk.
"""


def that_it_was_read(email):
    asked = message_from_string(email)["Message-ID"]
    return f"""From: Amina Khan <nurse@example.org>
To: no-reply@carecoord.invalid
Subject: Read: CareCoord: 1 thing is waiting for your team
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="read"

--read
Content-Type: text/plain

Your message was read.

--read
Content-Type: message/disposition-notification

Final-Recipient: rfc822;nurse@example.org
Original-Message-ID: {asked}
Disposition: automatic-action/MDN-sent-automatically; displayed

--read--
"""
