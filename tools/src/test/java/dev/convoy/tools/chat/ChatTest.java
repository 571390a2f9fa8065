package dev.convoy.tools.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.tools.command.ServerAddress;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class ChatTest {
    @Test
    void nobodyElseSteersTheTerminal() {
        assertThat(Chat.printable("bob: \u001b[2Jhi\u0007\u009b")).isEqualTo("bob: \uFFFD[2Jhi\uFFFD\uFFFD");
    }

    @Test
    void serversAreHostAndPort() {
        assertThat(new ServerAddress().convert("127.0.0.1:7000").port()).isEqualTo(7000);
        assertThat(new ServerAddress().convert("[::1]:7000").host()).isEqualTo("::1");
        for (String wrong : new String[] {"", ":", "host", "host:", ":7000", "host:x", "host:65536", "host:0"}) {
            assertThatThrownBy(() -> new ServerAddress().convert(wrong))
                    .as(wrong)
                    .isInstanceOf(TypeConversionException.class);
        }
    }
}
