"""One end of a network under test. Reads commands as lines of JSON from standard input and answers each with a line of JSON.

{"do": "listen", "tcp": [ports], "udp": [ports]}   echoes what it gets, over IPv4 and IPv6            -> "listening"
{"do": "connect", "host": h, "port": p, "source": s} sends a byte and waits for its echo                -> "open" | "refused" | "silent"
{"do": "udp", "host": h, "port": p}                 the same by UDP                                    -> "open" | "refused" | "silent"
{"do": "hold", "host": h, "port": p}                connects and keeps the connection                  -> "open" | "refused" | "silent"
{"do": "again"}                                     the same over the connection that is held          -> "open" | "silent"
{"do": "ping", "host": h}                           by ICMPv6                                          -> "open" | "silent"
{"do": "flags", "source": s, "host": h, "port": p, "flags": n, "times": t}   sends bare TCP segments over IPv4 -> "sent"
{"do": "ports", "host": h, "from": p, "count": n, "source": s} asks for many ports, one after another             -> "asked"
{"do": "mss", "host": h, "port": p, "mss": n}       connects and allows so few bytes in a segment          -> "open" | "silent"
{"do": "piece", "source": s, "host": h, "bytes": n, "place": o}   sends one fragment of a datagram over IPv4    -> "sent"
{"do": "serve", "port": p, "text": t}               answers HTTP                                           -> "serving"
{"do": "flood", "host": h, "port": p, "count": n}   sends datagrams as fast as it can                  -> "sent"
"""
import json
import selectors
import socket
import struct
import sys
import threading

patience = 0.6
held = None


def family_of(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def echo_forever(sockets):
    chooser = selectors.DefaultSelector()
    for kind, one in sockets:
        chooser.register(one, selectors.EVENT_READ, kind)
    while True:
        for key, _ in chooser.select():
            try:
                if key.data == "door":
                    connection, _ = key.fileobj.accept()
                    chooser.register(connection, selectors.EVENT_READ, "connection")
                elif key.data == "datagrams":
                    data, sender = key.fileobj.recvfrom(2048)
                    key.fileobj.sendto(data, sender)
                else:
                    data = key.fileobj.recv(2048)
                    if data:
                        key.fileobj.sendall(data)
                    else:
                        chooser.unregister(key.fileobj)
                        key.fileobj.close()
            except OSError:
                if key.data == "connection":
                    chooser.unregister(key.fileobj)
                    key.fileobj.close()


def listen(order):
    sockets = []
    for port in order.get("tcp", []):
        one = socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=100)
        sockets.append(("door", one))
    for port in order.get("udp", []):
        one = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        one.bind(("", port))
        sockets.append(("datagrams", one))
    threading.Thread(target=echo_forever, args=(sockets,), daemon=True).start()
    return "listening"


def asked(work):
    try:
        work()
        return "open"
    except ConnectionRefusedError:
        return "refused"
    except OSError:
        return "silent"


def echo_over(connection):
    connection.sendall(b"x")
    if connection.recv(1) != b"x":
        raise OSError("closed")


def connect(order):
    def work():
        source = (order["source"], 0) if "source" in order else None
        with socket.create_connection((order["host"], order["port"]), patience, source) as connection:
            echo_over(connection)

    return asked(work)


def hold(order):
    def work():
        global held
        held = socket.create_connection((order["host"], order["port"]), timeout=patience)
        echo_over(held)

    return asked(work)


def udp(order):
    def work():
        with socket.socket(family_of(order["host"]), socket.SOCK_DGRAM) as one:
            one.settimeout(patience)
            one.connect((order["host"], order["port"]))
            one.send(b"x")
            one.recv(16)

    return asked(work)


def ping(order):
    """Echo request of ICMPv6, whose checksum the kernel makes."""

    def work():
        with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as raw:
            raw.settimeout(patience)
            raw.sendto(struct.pack("!BBHHH", 128, 0, 0, 77, 1), (order["host"], 0))
            while raw.recv(1500)[0] != 129:
                pass

    return asked(work)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def flags(order):
    source, host = socket.inet_aton(order["source"]), socket.inet_aton(order["host"])
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for turn in range(order.get("times", 1)):
            head = struct.pack("!HHIIBBHHH", 40000 + turn, order["port"], 1, 0, 5 << 4, order["flags"], 1024, 0, 0)
            pseudo = source + host + struct.pack("!BBH", 0, 6, len(head))
            head = head[:16] + struct.pack("!H", checksum(pseudo + head)) + head[18:]
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, turn, 0, 64, 6, 0, source, host)
            raw.sendto(ip + head, (order["host"], 0))
    return "sent"


def ports(order):
    for port in range(order["from"], order["from"] + order["count"]):
        with socket.socket(family_of(order["host"]), socket.SOCK_STREAM) as one:
            if "source" in order:
                one.bind((order["source"], 0))
            one.setblocking(False)
            one.connect_ex((order["host"], port))
    return "asked"


def mss(order):
    def work():
        with socket.socket(family_of(order["host"]), socket.SOCK_STREAM) as one:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, order["mss"])
            one.settimeout(patience)
            one.connect((order["host"], order["port"]))
            echo_over(one)

    return asked(work)


def piece(order):
    source, host = socket.inet_aton(order["source"]), socket.inet_aton(order["host"])
    place = order["place"] // 8
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        size = 20 + order["bytes"]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, size, 77, 0x2000 | place, 64, 17, 0, source, host)
        raw.sendto(ip + b"\0" * order["bytes"], (order["host"], 0))
    return "sent"


served = {}


def serve(order):
    """One answer a port; another order changes it. No text: nobody answers."""
    is_new = order["port"] not in served
    served[order["port"]] = order.get("text")
    if is_new:
        server = socket.create_server(("", order["port"]), family=socket.AF_INET6, dualstack_ipv6=True, backlog=20)

        def answer():
            while True:
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    text = served[order["port"]]
                    if text is not None:
                        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
                        connection.sendall((head + text).encode())

        threading.Thread(target=answer, daemon=True).start()
    return "serving"


def flood(order):
    with socket.socket(family_of(order["host"]), socket.SOCK_DGRAM) as one:
        one.connect((order["host"], order["port"]))
        sent = 0
        while sent < order["count"]:
            try:
                one.send(b"x" * 64)
                sent += 1
            except ConnectionRefusedError:
                pass
    return "sent"


orders = {
    "listen": listen,
    "connect": connect,
    "hold": hold,
    "again": lambda order: asked(lambda: echo_over(held)),
    "udp": udp,
    "ping": ping,
    "flags": flags,
    "ports": ports,
    "mss": mss,
    "piece": piece,
    "serve": serve,
    "flood": flood,
}
for line in sys.stdin:
    order = json.loads(line)
    print(json.dumps(orders[order["do"]](order)), flush=True)
