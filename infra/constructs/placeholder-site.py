"""Answers the health check of the load balancer, and one page, until the application is deployed."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(sys.argv[1])
HEALTH_PATH = sys.argv[2]
PAGE = b"<!doctype html><title>WebMarket+</title><p>WebMarket+ will open here.</p>\n"


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Longer than the idle timeout of the load balancer: a target that closes first makes it answer 502.
    timeout = 75

    def do_GET(self):
        path = self.path.split("?", 1)[0]
        if path == HEALTH_PATH:
            self.answer(200, "text/plain", b"ok\n")
        elif path == "/":
            self.answer(200, "text/html; charset=utf-8", PAGE)
        else:
            self.answer(404, "text/plain", b"not found\n")

    do_HEAD = do_GET

    def answer(self, status, content_type, body):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments):
        """The load balancer logs every request already."""


class Server(ThreadingHTTPServer):
    # The default backlog of 5 overflows when a new instance gets its first share of a peak.
    request_queue_size = 1024


Server(("", PORT), Site).serve_forever()
