"""A real mail server that keeps what it gets, and shows it to whoever asks its web server.

    mail_server.py [USER PASSWORD]

Prints the port of mail and the address of GET /mails. With a user, nobody else may send. Mail to `nobody@…` is refused,
mail to `stranger@…` not taken at once, and the connection broken for mail to `broken@…`.
"""

import base64
import http.server
import json
import os
import socketserver
import sys
import threading

mails = []
CREDENTIALS = tuple(sys.argv[1:3]) if len(sys.argv) > 2 else None


class Mail(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 tests ESMTP")
        mail, signed_in = {"to": []}, CREDENTIALS is None
        for line in self.rfile:
            text = line.decode(errors="replace").rstrip("\r\n")
            verb = text.split(" ")[0].upper()
            if verb == "EHLO":
                self.wfile.write(b"250-tests\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n")
            elif verb == "AUTH":
                parts = text.split(" ")
                if len(parts) < 3:
                    self.say("334 ")
                    parts.append(self.rfile.readline().decode().strip())
                given = tuple(base64.b64decode(parts[2]).decode().split("\0")[1:])
                signed_in = given == CREDENTIALS
                self.say("235 welcome" if signed_in else "535 who are you")
            elif verb == "MAIL" and not signed_in:
                self.say("530 sign in first")
            elif verb == "MAIL":
                mail["from"] = text
                self.say("250 ok")
            elif verb == "RCPT":
                if "<broken@" in text:
                    return
                refusals = {"<nobody@": "550 no such person", "<stranger@": "450 come back later"}
                refusal = next((answer for address, answer in refusals.items() if address in text), None)
                if refusal is None:
                    mail["to"].append(text)
                self.say(refusal or "250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                lines = []
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    lines.append(part.decode(errors="replace"))
                mail["text"] = "".join(lines)
                mails.append(mail)
                self.say("250 taken")
            elif verb == "QUIT":
                return self.say("221 bye")
            else:
                self.say("500 what")


class Web(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_GET(self):
        body = json.dumps(mails).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


socketserver.ThreadingTCPServer.daemon_threads = True
mail_server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)
web_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web)
for server in (mail_server, web_server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"{mail_server.server_address[1]} http://127.0.0.1:{web_server.server_port}", flush=True)
sys.stdin.buffer.read()
os._exit(0)
