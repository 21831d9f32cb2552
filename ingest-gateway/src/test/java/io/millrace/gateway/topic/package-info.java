/** Tests. */
@NullMarked
package io.millrace.gateway.topic;

import org.jspecify.annotations.NullMarked;
