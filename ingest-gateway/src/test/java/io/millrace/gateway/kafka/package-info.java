/** Tests. */
@NullMarked
package io.millrace.gateway.kafka;

import org.jspecify.annotations.NullMarked;
