"""Reads one NFQUEUE and lets every packet on, over a bare netlink socket. Prints "reading", or "taken" where the kernel gives the queue to another.

   test-reader.py <queue>
"""
import socket
import struct
import sys

queue = int(sys.argv[1])
netfilter, subsystem = 12, 3 << 8
packet, verdict, config = subsystem | 0, subsystem | 1, subsystem | 2


def attribute(kind, value):
    size = 4 + len(value)
    return struct.pack("=HH", size, kind) + value + b"\0" * (-size % 4)


def message(kind, body, flags=1):
    payload = struct.pack("=BBH", 0, 0, socket.htons(queue)) + body
    return struct.pack("=IHHII", 16 + len(payload), kind, flags, 0, 0) + payload


kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, netfilter)
kernel.bind((0, 0))
kernel.send(message(config, attribute(1, struct.pack("!BxH", 1, 0)), 5))
answer = kernel.recv(65536)
if struct.unpack_from("=i", answer, 16)[0] != 0:
    print("taken", flush=True)
    sys.exit(0)
kernel.send(message(config, attribute(2, struct.pack("!IB", 65535, 2))))
print("reading", flush=True)
while True:
    data = kernel.recv(1 << 20)
    place = 0
    while place + 16 <= len(data):
        size, kind = struct.unpack_from("=IH", data, place)
        if kind == packet:
            inner = place + 20
            while inner + 4 <= place + size:
                length, what = struct.unpack_from("=HH", data, inner)
                if what == 1:
                    identity = data[inner + 4 : inner + 8]
                    kernel.send(message(verdict, attribute(2, struct.pack("!I", 1) + identity)))
                inner += (length + 3) & ~3
        place += max(16, (size + 3) & ~3)
