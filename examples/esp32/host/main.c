/* The device on Linux. See --help. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "host.h"

static volatile sig_atomic_t stopped;

static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static int64_t clock_ms(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t uptime_ms(void *context) {
    (void)context;
    return (uint64_t)clock_ms(CLOCK_MONOTONIC);
}

static int64_t unix_ms(void *context) {
    (void)context;
    return clock_ms(CLOCK_REALTIME);
}

static uint32_t random32(void *context) {
    (void)context;
    uint32_t value;
    if (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value) {
        perror("getrandom");
        exit(1);
    }
    return value;
}

/* Rises and falls between 20 and 25 degrees, once in ten minutes. */
static bool temperature(void *context, int32_t *centidegrees) {
    int64_t phase = (int64_t)(uptime_ms(context) / 1000 % 600);
    *centidegrees = (int32_t)(2000 + (phase < 300 ? phase : 600 - phase) * 500 / 300);
    printf("measured %d.%02d\n", *centidegrees / 100, *centidegrees % 100);
    return true;
}

static void led(void *context, bool on) {
    (void)context;
    printf("LED %s\n", on ? "on" : "off");
}

static void fan(void *context, bool on) {
    (void)context;
    printf("FAN %s\n", on ? "on" : "off");
}

static void print(void *context, const char *line) {
    (void)context;
    printf("%s\n", line);
}

static int usage(const char *why) {
    fprintf(stderr,
            "%s\n"
            "usage: device --id ID --mqtt tcp://HOST:PORT --store DIRECTORY (--secret SECRET | --key PROVISIONING_KEY --provision-host HOST --provision-port PORT)\n"
            "              [--mqtt-version 3|5] [--interval SECONDS] [--slots READINGS] [--retry-most MILLISECONDS]\n",
            why);
    return 2;
}

int main(int count, char **arguments) {
    static const struct option names[] = {{"id", required_argument, NULL, 'i'},
                                          {"mqtt", required_argument, NULL, 'm'},
                                          {"store", required_argument, NULL, 'd'},
                                          {"secret", required_argument, NULL, 's'},
                                          {"key", required_argument, NULL, 'k'},
                                          {"provision-host", required_argument, NULL, 'h'},
                                          {"provision-port", required_argument, NULL, 'p'},
                                          {"mqtt-version", required_argument, NULL, 'v'},
                                          {"interval", required_argument, NULL, 't'},
                                          {"slots", required_argument, NULL, 'n'},
                                          {"retry-most", required_argument, NULL, 'r'},
                                          {NULL, 0, NULL, 0}};
    static struct reading slots[10000];
    static struct device device;
    struct host host = {.mqtt_version = 3, .device = &device};
    struct device_settings settings = {.type = "greenhouse",
                                       .firmware = "1.0.0-host",
                                       .interval_s = 15,
                                       .retry_least_ms = 500,
                                       .retry_most_ms = 60000,
                                       .batch_bytes = 1024,
                                       .slots = slots,
                                       .slot_count = 240};
    int option;
    while ((option = getopt_long(count, arguments, "", names, NULL)) != -1) {
        switch (option) {
            case 'i': settings.id = optarg; break;
            case 'm': host.mqtt_uri = optarg; break;
            case 'd': host.directory = optarg; break;
            case 's': host.secret = optarg; break;
            case 'k': host.provisioning_key = optarg; break;
            case 'h': host.provision_host = optarg; break;
            case 'p': host.provision_port = optarg; break;
            case 'v': host.mqtt_version = atoi(optarg); break;
            case 't': settings.interval_s = (uint32_t)atol(optarg); break;
            case 'n': settings.slot_count = (size_t)atol(optarg); break;
            case 'r': settings.retry_most_ms = (uint32_t)atol(optarg); break;
            default: return usage("unknown option");
        }
    }
    settings.provision = host.secret == NULL;
    if (settings.id == NULL || host.mqtt_uri == NULL || host.directory == NULL) {
        return usage("--id, --mqtt and --store are needed");
    }
    if (settings.provision && (host.provisioning_key == NULL || host.provision_host == NULL || host.provision_port == NULL)) {
        return usage("without --secret, --key, --provision-host and --provision-port are needed");
    }
    if (settings.slot_count > sizeof slots / sizeof slots[0]) {
        return usage("--slots: at most 10000");
    }
    struct port port = {&host,     host_mqtt_connect, host_mqtt_publish, host_mqtt_subscribe, host_provision, uptime_ms, unix_ms,
                        random32,  host_load,         host_store,        temperature,         led,            fan,       print};
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    if (!device_init(&device, &port, &settings) || !host_mqtt_open(&host)) {
        return 2;
    }
    while (!stopped) {
        uint32_t idle = device_tick(&device);
        host_mqtt_turn(&host, idle < 10 ? 10 : idle > 100 ? 100 : idle);
    }
    host_mqtt_close(&host);
    return 0;
}
