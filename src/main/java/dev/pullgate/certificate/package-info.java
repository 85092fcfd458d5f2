/// The certificate authority of the gate and the certificate that it serves.
@NullMarked
package dev.pullgate.certificate;

import org.jspecify.annotations.NullMarked;
