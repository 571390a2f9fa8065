package dev.convoy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a person sees who types something wrong: one sentence, status 2, no stack trace; and nothing is started. */
class ConvoyCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                             | Say which command
                    frob                           | There is no command 'frob'
                    --frob                         | Unknown option: '--frob'
                    demo --frob                    | Unknown option: '--frob'
                    demo frob                      | Unmatched argument at index 1: 'frob'
                    demo --nodes many              | Invalid value for option '--nodes': 'many' is not an int
                    demo --nodes 0                 | --nodes must be between 1 and 16, not 0.
                    demo --nodes 17                | --nodes must be between 1 and 16, not 17.
                    demo --nodes 1                 | --fault kill needs at least 2 nodes: somebody has to take over.
                    demo --routers 0               | --routers must be between 1 and 8, not 0.
                    demo --players 0               | --players must be between 1 and 2000, not 0.
                    demo --rooms 61                | --rooms must be between 1 and 60, not 61.
                    demo --rate 0                  | --rate must be between 1 and 1000, not 0.
                    demo --seconds 5               | --seconds must be between 6 and 3600, not 5.
                    demo --seconds 0 --fault none  | --seconds must be between 1 and 3600, not 0.
                    demo --fault fire              | Invalid value for option '--fault': 'fire' is not one of none, kill, drain, pause, redis, router, rolling, roam, client
                    demo --fault kill+kill         | Invalid value for option '--fault': 'kill' stands there twice
                    demo --fault rolling --nodes 1 | --fault rolling needs at least 2 nodes: somebody has to take over.
                    demo --fault router --routers 1 | --fault router needs at least 2 routers: somebody has to take over.
                    demo --fault kill+drain --nodes 2 | --fault kill+drain needs at least 3 nodes: somebody has to take over.
                    demo --fault kill,none         | Invalid value for option '--fault': 'none' and something else
                    demo --durability memory       | --durability memory does not go with --fault kill: what only a node's memory knows is gone with the node.
                    demo --durability memory --fault pause | --durability memory does not go with --fault pause: what only a node's memory knows is gone with the node.
                    demo --security none           | Invalid value for option '--security': expected one of [SEALED, PLAIN]
                    chat --server h:1 --user a --server-key x | --server-key: a key is 64 hex digits or the base64 of 32 bytes.
                    chat --server h:1 --user a --server-key x --plain | --plain and --server-key do not go together.
                    demo --seed x                  | Invalid value for option '--seed': 'x' is not a long
                    demo --json /nowhere/out.json  | --json: /nowhere/out.json cannot be written.
                    bench                          | Say which benchmark
                    bench kcp --seconds 4          | --seconds must be between 5 and 3600, not 4.
                    bench redis --seconds 6        | --seconds must be between 7 and 3600, not 6.
                    bench redis --json /nowhere/o  | --json: /nowhere/o cannot be written.
                    bench idle --sessions 0        | --sessions must be between 1 and 10000, not 0.
                    bench idle --seconds 16        | --seconds must be between 1 and 15, not 16.
                    bench router --seconds 7       | --seconds must be between 8 and 3600, not 7.
                    bench seal --seconds 3         | --seconds must be between 4 and 600, not 3.
                    bench seal --java /nowhere/j   | --java: /nowhere/j is no program; give the path of a JDK's bin/java.
                    dev --nodes 0                  | --nodes must be between 1 and 16, not 0.
                    dev --port 0                   | --port must be between 1 and 65535, not 0.
                    dev --port 65535 --routers 2   | --port must be between 1 and 65534, not 65535.
                    chat --user ann                | Missing required option: '--server=HOST:PORT'
                    chat --server 1.2.3.4 --user a | Invalid value for option '--server' (HOST:PORT): '1.2.3.4' is not host:port
                    chat --server h:0 --user a     | Invalid value for option '--server' (HOST:PORT): 'h:0' is not host:port
                    load --players 0 --server h:1  | --players must be between 1 and 20000, not 0.
                    load --size 7 --server h:1     | --size must be between 8 and 16384, not 7.
                    load --ramp -1 --server h:1    | --ramp must be between 0 and 3600, not -1.
                    load                           | Missing required option: '--server=HOST:PORT'
                    load --room-type chat          | Invalid value for option '--room-type': expected one of [ECHO, LEDGER]
                    """)
    void whatCannotBeDoneIsSaidInOneSentence(String arguments, String sentence) {
        assertThat(execute(arguments)).isEqualTo(2);
        assertThat(err.toString()).startsWith("convoy: " + sentence).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aPortInUseIsSaidInOneSentence() throws SocketException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (DatagramSocket taken = new DatagramSocket(anyPort)) {
            int port = taken.getLocalPort();
            assertThat(execute("dev --port " + port)).isEqualTo(1);
            assertThat(err.toString())
                    .startsWith("convoy: UDP port " + port + " on 127.0.0.1 is in use")
                    .hasLineCount(1);
        }
    }

    @Test
    void theVersionIsTold() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("convoy ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "dev", "chat", "load", "bench"})
    void everyCommandIsListedAndHasHelp(String command) {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).containsPattern("(?m)^  " + command + " ");
        assertThat(execute(command + " --help")).isZero();
        assertThat(out.toString()).contains("Usage: convoy " + command);
    }

    private int execute(String arguments) {
        CommandLine command =
                ConvoyCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(arguments.isBlank() ? new String[0] : arguments.split(" "));
    }
}
