"""A port-restricted NAT for UDP over IPv4, for tests: nat.py INNER_INTERFACE OUTER_ADDRESS [symmetric].

Datagrams of inner hosts are read from the interface (the kernel does not forward them), sent from a socket of their own on the
outer address, and what comes back to that from where something was sent is given to the inner host under its true source.
"""
import select
import socket
import struct
import sys

interface, outer, symmetric = sys.argv[1], sys.argv[2], "symmetric" in sys.argv[3:]
inside = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
inside.bind((interface, 0))
back = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
mappings = {}  # inner (address, port), with the destination where symmetric -> socket
owners = {}  # socket -> inner (address, port), destinations


def mapping(inner, destination):
    key = (inner, destination) if symmetric else inner
    if key not in mappings:
        fresh = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        fresh.bind((outer, 0))
        mappings[key] = fresh
        owners[fresh] = (inner, set())
    return mappings[key]


def outbound():
    packet, origin = inside.recvfrom(65536)
    if origin[2] == socket.PACKET_OUTGOING or packet[9] != socket.IPPROTO_UDP:
        return
    header = (packet[0] & 15) * 4
    source, destination = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
    source_port, destination_port, length = struct.unpack("!HHH", packet[header:header + 6])
    way = mapping((source, source_port), (destination, destination_port))
    owners[way][1].add((destination, destination_port))
    try:
        way.sendto(packet[header + 8:header + length], (destination, destination_port))
    except OSError:
        pass  # lost, as on any network


def inbound(way):
    try:
        payload, remote = way.recvfrom(65536)
    except OSError:
        return  # somebody was unreachable
    inner, destinations = owners[way]
    if remote not in destinations:
        return
    udp = struct.pack("!HHHH", remote[1], inner[1], 8 + len(payload), 0) + payload
    addresses = socket.inet_aton(remote[0]) + socket.inet_aton(inner[0])
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, socket.IPPROTO_UDP, 0) + addresses
    back.sendto(ip + udp, (inner[0], 0))


print("nat ready", flush=True)
while True:
    for ready in select.select([inside, *owners], [], [])[0]:
        outbound() if ready is inside else inbound(ready)
