/** Stories of the command service on a real Kafka and PostgreSQL. */
@NullMarked
package io.millrace.commands;

import org.jspecify.annotations.NullMarked;
