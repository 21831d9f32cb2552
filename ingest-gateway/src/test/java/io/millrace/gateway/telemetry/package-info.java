/** Tests. */
@NullMarked
package io.millrace.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
