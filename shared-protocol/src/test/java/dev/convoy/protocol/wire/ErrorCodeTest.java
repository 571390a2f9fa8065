package dev.convoy.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What every error has. */
class ErrorCodeTest {
    @Test
    void everyErrorHasANumberOfItsOwnAndSentencesInTwoLanguages() {
        for (ErrorCode error : ErrorCode.values()) {
            assertThat(ErrorCode.of(error.code())).as("number %d", error.code()).isEqualTo(error);
            assertThat(error.english()).as(error.name()).isNotBlank();
            assertThat(error.chinese()
                            .codePoints()
                            .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN))
                    .as(error.name())
                    .isTrue();
        }
    }
}
