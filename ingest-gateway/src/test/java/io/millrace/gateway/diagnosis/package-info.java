/** Tests. */
@NullMarked
package io.millrace.gateway.diagnosis;

import org.jspecify.annotations.NullMarked;
