// A device and an operator by MQTT.js: node client.mjs URL DEVICE SECRET OPERATOR KEY VERSION
// Prints what it sees, one line each; the test compares.
import mqtt from 'mqtt';

const [url, device, secret, operator, key, version] = process.argv.slice(2);
const protocolVersion = Number(version);
const common = { protocolVersion, reconnectPeriod: 0, connectTimeout: 20_000 };
const fail = (error) => {
  console.error(error);
  process.exit(1);
};

const watcher = await mqtt.connectAsync(url, { ...common, username: operator, password: key });
watcher.on('error', fail);
await watcher.subscribeAsync(`devices/${device}/#`, { qos: 1 });
const seen = new Promise((resolve) => watcher.once('message', (topic, payload) => resolve(`${topic} ${payload}`)));

const board = await mqtt.connectAsync(url, { ...common, clientId: device, username: device, password: secret });
board.on('error', fail);
const granted = await board.subscribeAsync(`devices/${device}/commands`, { qos: 1 });
console.log(`granted ${granted[0].qos}`);
const properties = protocolVersion === 5 ? { userProperties: { fw: '1.2' }, topicAlias: 1 } : undefined;
for (const qos of [0, 1, 2]) {
  await board.publishAsync(`devices/${device}/telemetry`, JSON.stringify({ qos }), { qos, properties });
  console.log(`published ${qos}`);
}
console.log(`seen ${await seen}`);
await board.publishAsync('elsewhere', '{}', { qos: 1 }).then(
  () => console.log('elsewhere acknowledged'),
  (error) => console.log(`elsewhere refused ${error.code}`),
);
await watcher.publishAsync(`devices/${device}/commands`, 'FAN_ON', { qos: 2 });
console.log('commanded');
await board.endAsync();
await watcher.endAsync();
