/**
 * A network in virtual time: seeded, so that every run can be repeated. Part of the test-jar, for the tests of every module.
 */
@NullMarked
package dev.convoy.protocol.sim;

import org.jspecify.annotations.NullMarked;
