"""Sends frames over a pair of devices and says which rules of nftables they met. For tests; runs in a network namespace of its own.

Reads {"ruleset": text, "frames": [base64]} from standard input. Every frame is sent with its place in the list, from 1, as the mark of
the kernel's packet: both devices are in one namespace, so the mark stays with the packet and the frame is what it was. The ruleset is for
the device that receives and collects marks in sets; the set `seen` must get those of all frames.
Writes {"set name": [marks]} to standard output.
"""
import base64
import json
import pathlib
import socket
import subprocess
import sys
import time

SO_MARK = 36
sender, receiver = "replay0", "replay1"


def run(*command, text=None):
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr[:2000]}")
    return done.stdout


def collected():
    objects = json.loads(run("nft", "-j", "list", "ruleset"))["nftables"]
    return {one["set"]["name"]: one["set"].get("elem", []) for one in objects if "set" in one}


def send(frames, marks):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as device:
        device.bind((sender, 0))
        for mark in marks:
            device.setsockopt(socket.SOL_SOCKET, SO_MARK, mark)
            device.send(frames[mark - 1])


order = json.load(sys.stdin)
frames = [base64.b64decode(frame) for frame in order["frames"]]
run("ip", "link", "add", sender, "type", "veth", "peer", "name", receiver)
run("nft", "-f", "-", text=order["ruleset"])
for device in (sender, receiver):
    # The devices must not speak for themselves: no neighbour discovery.
    switch = pathlib.Path(f"/proc/sys/net/ipv6/conf/{device}/disable_ipv6")
    if switch.exists():
        switch.write_text("1")
    run("ip", "link", "set", device, "up")

# A busy machine may drop a frame between the two devices: what was not seen is sent again.
wanted = set(range(1, len(frames) + 1))
found = {}
for attempt in range(20):
    missing = wanted - set(found.get("seen", []))
    if not missing:
        break
    send(frames, sorted(missing))
    time.sleep(0.05 * (attempt + 1))
    found = collected()
json.dump(found, sys.stdout)
