/** Tests. */
@NullMarked
package io.millrace.gateway.enrolment;

import org.jspecify.annotations.NullMarked;
