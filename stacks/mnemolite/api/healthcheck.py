"""Asks the server in this container whether it is healthy: exit code 0 or 1.

Plain sockets, run as ``python -I -S healthcheck.py [path]``: it starts every few seconds, and importing an HTTP
client would cost more than the question.
"""

import os
import socket
import sys

path = sys.argv[1] if len(sys.argv) > 1 else '/health'
try:
    with socket.create_connection(('127.0.0.1', int(os.environ.get('PORT') or 8000)), timeout=4) as connection:
        connection.sendall(f'GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n'.encode())
        answer = connection.makefile('rb').read(4096).decode(errors='replace')
except OSError as error:
    sys.exit(f'{path}: {error}')
status_line, body = answer.split('\r\n', 1)[0], answer.partition('\r\n\r\n')[2]
print(status_line, body)
sys.exit(0 if ' 200 ' in status_line else 1)
