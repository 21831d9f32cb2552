// The simplest device: Wi-Fi, user name, password, plain payloads. Arduino for ESP32, libraries: PubSubClient (Nick O'Leary).
// What it does not do: keep readings while offline, TLS, answer commands. ../README.md does.
#include <PubSubClient.h>
#include <WiFi.h>

const char *WIFI_NAME = "my-network";
const char *WIFI_PASSWORD = "my-password";
const char *SERVER = "192.168.1.10";  // where ./millrace up --host 0.0.0.0 runs
const char *DEVICE = "esp32-01";      // it printed these two at its first start
const char *SECRET = "the-printed-secret";
const int LED = 2;
const int FAN = 4;

WiFiClient network;
PubSubClient mqtt(network);
unsigned long lastReading = 0;
unsigned long nextAttempt = 0;
unsigned long backOff = 1000;

String topic(const char *what) {
  return String("devices/") + DEVICE + "/" + what;
}

void onCommand(char *, byte *payload, unsigned int length) {
  String command;
  command.concat((const char *)payload, length);  // there is no 0 behind it
  if (command == "LED_ON" || command == "LED_OFF") digitalWrite(LED, command == "LED_ON");
  if (command == "FAN_ON" || command == "FAN_OFF") digitalWrite(FAN, command == "FAN_ON");
}

void connectAgain() {
  if (millis() < nextAttempt) return;
  if (mqtt.connect(DEVICE, DEVICE, SECRET)) {
    mqtt.subscribe(topic("commands").c_str(), 1);  // QoS 1: the server then knows that a command has arrived
    backOff = 1000;
  } else {
    backOff = min(backOff * 2, 60000UL);
    nextAttempt = millis() + random(backOff / 2, backOff);  // not at the same moment as all the others
  }
}

void setup() {
  pinMode(LED, OUTPUT);
  pinMode(FAN, OUTPUT);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);  // comes back by itself
  mqtt.setServer(SERVER, 1883);
  mqtt.setCallback(onCommand);
}

void loop() {
  if (!mqtt.connected()) connectAgain();
  mqtt.loop();
  if (mqtt.connected() && millis() - lastReading >= 15000) {
    lastReading = millis();
    String json = String("{\"temperature\":") + String(temperatureRead(), 2) + ",\"ledState\":" + (digitalRead(LED) ? "true" : "false") + "}";
    mqtt.publish(topic("telemetry").c_str(), json.c_str());
  }
}
