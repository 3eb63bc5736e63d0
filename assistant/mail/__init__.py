"""Plain e-mail: sending by SMTP, reading by IMAP."""
