package io.millrace.embedded;

/**
 * One broker of several, which is a controller too.
 *
 * @param id from 1
 * @param port for clients
 * @param controllerPort for the other brokers
 */
public record KafkaNode(int id, int port, int controllerPort) {}
