#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
#
# Both ends of conversations, and what happens to them.
#
#   talker.py serve PORT...          TCP; tells each peer which address and port it reached, answers
#                                    every word, and prints "reset" when a connection is
#   talker.py talk SOURCE ADDRESS PORT
#                                    a word every tenth of a second; prints "connected", then "reset"
#                                    or "closed", and ends
#   talker.py ask SOURCE ADDRESS PORT
#                                    one word; prints what the server said first
#   talker.py count PORT             UDP; prints how many datagrams came by the time of each
#   talker.py sources PORT           UDP; prints where each datagram came from
#   talker.py send ADDRESS PORT COUNT SOURCE...
#                                    UDP; that many datagrams from each source in turn
#   talker.py datagram SOURCE ADDRESS PORT
#                                    one, and prints the error that it is answered with
import errno
import socket
import sys
import threading
import time


def answer(connection):
	address, port = connection.getsockname()[:2]
	try:
		connection.sendall(f"{address} {port}\n".encode())
		while word := connection.recv(100):
			connection.sendall(word)
	except ConnectionResetError:
		print("reset", flush=True)
	connection.close()


def accept(listener):
	while True:
		threading.Thread(target=answer, args=listener.accept()[:1], daemon=True).start()


def serve(ports):
	for port in ports:
		listener = socket.create_server(("0.0.0.0", int(port)))
		threading.Thread(target=accept, args=(listener,), daemon=True).start()
	print("serving", flush=True)
	threading.Event().wait()


def connect(source, address, port):
	return socket.create_connection((address, int(port)), timeout=10, source_address=(source, 0))


def talk(source, address, port):
	try:
		with connect(source, address, port) as connection:
			print("connected", flush=True)
			while True:
				connection.sendall(b"word\n")
				if not connection.recv(100):
					break
				time.sleep(0.1)
			print("closed", flush=True)
	except OSError as error:
		print("reset" if error.errno == errno.ECONNRESET else error, flush=True)


def ask(source, address, port):
	with connect(source, address, port) as connection:
		print(connection.makefile().readline().strip())


def count(port):
	receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	receiver.bind(("0.0.0.0", int(port)))
	received = 0
	while True:
		receiver.recv(100)
		received += 1
		print(received, flush=True)


def print_sources(port):
	receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	receiver.bind(("0.0.0.0", int(port)))
	while True:
		print(receiver.recvfrom(100)[1][0], flush=True)


def send(address, port, number, sources):
	for _ in range(int(number)):
		for source in sources:
			with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
				sender.bind((source, 0))
				sender.sendto(b"word", (address, int(port)))


def datagram(source, address, port):
	sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	sender.bind((source, 0))
	sender.settimeout(5)
	sender.connect((address, int(port)))
	sender.send(b"word")
	try:
		print(sender.recv(100))
	except OSError as error:
		print(errno.errorcode.get(error.errno, "silence"))


match sys.argv[1:]:
	case ["serve", *ports]:
		serve(ports)
	case ["talk", source, address, port]:
		talk(source, address, port)
	case ["ask", source, address, port]:
		ask(source, address, port)
	case ["count", port]:
		count(port)
	case ["sources", port]:
		print_sources(port)
	case ["send", address, port, number, *sources]:
		send(address, port, number, sources)
	case ["datagram", source, address, port]:
		datagram(source, address, port)
	case _:
		sys.exit(open(__file__, encoding="utf-8").read().split("import")[0])
