"""A web server on port 80 of all addresses, and one connection that is kept, for tests. Lines of JSON in, lines of JSON out.

{"do": "open", "host": h}    connects and keeps the connection              -> "open" | "silent"
{"do": "get", "path": p}     asks over the connection that is kept          -> the status as a number | "silent" | "closed"
"""
import http.server
import json
import socket
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_POST = do_GET

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "test", self.server_address[1]

    def handle_error(self, *args):
        pass


threading.Thread(target=Server(("::", 80), Handler).serve_forever, daemon=True).start()
kept = None
for line in sys.stdin:
    order = json.loads(line)
    try:
        if order["do"] == "open":
            kept = socket.create_connection((order["host"], 80), timeout=5)
            kept.settimeout(order.get("patience", 2))
            answer = "open"
        else:
            kept.sendall(f"GET {order['path']} HTTP/1.1\r\nHost: kept\r\n\r\n".encode())
            data = b""
            while not data.endswith(b"ok"):
                piece = kept.recv(4096)
                if not piece:
                    break
                data += piece
            answer = int(data.split()[1]) if data else "closed"
    except TimeoutError:
        answer = "silent"
    except OSError:
        answer = "closed"
    print(json.dumps(answer), flush=True)
