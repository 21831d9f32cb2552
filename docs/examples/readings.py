"""Keeps readings in SQLite, each once: readings.py [BOOTSTRAP-SERVERS [DATABASE]]

Needs Debian's python3-confluent-kafka, or confluent-kafka from PyPI.
"""
import json
import signal
import sqlite3
import sys

from confluent_kafka import Consumer

servers = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9092"
db = sqlite3.connect(sys.argv[2] if len(sys.argv) > 2 else "readings.db")
db.execute("create table if not exists readings (part int, off int, device text, at int, channel text, reading text, primary key (part, off))")

consumer = Consumer({
    "bootstrap.servers": servers,
    "group.id": "sqlite",
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
})
consumer.subscribe(["telemetry"])
running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGINT, stop)
signal.signal(signal.SIGTERM, stop)
while running:
    rows = []
    for message in consumer.consume(num_messages=500, timeout=0.5):
        if message.error():
            print(message.error(), file=sys.stderr)
            continue
        headers = dict(message.headers() or [])
        reading = json.loads(message.value())
        rows.append((
            message.partition(), message.offset(), message.key().decode(), message.timestamp()[1],
            headers.get("channel", b"").decode(), json.dumps(reading)))
    if rows:
        # The place in Kafka is the key: what comes a second time changes nothing.
        with db:
            db.executemany("insert or ignore into readings values (?, ?, ?, ?, ?, ?)", rows)
        consumer.commit(asynchronous=False)  # after the database has it
        print(len(rows), "readings", flush=True)
consumer.close()
