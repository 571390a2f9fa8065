# syntax=docker/dockerfile:1
# One image for nodes, routers and tools: docker run convoy node | router | demo | load ...
#
#   docker build -t convoy:dev .
#   docker build -t convoy:dev --build-arg BASE_IMAGE=registry.example.com/java:21 .
#
# BASE_IMAGE needs a Java 17 or newer and /bin/sh, and glibc for the native epoll library (without it: NIO, slower).
ARG BUILD_IMAGE=eclipse-temurin:17-jdk-jammy
ARG BASE_IMAGE=eclipse-temurin:17-jre-jammy

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
# The modules' manifests name each other, but what no image needs is left out: their sources are not here.
RUN --mount=type=cache,target=/root/.m2 \
    sed -i -e '/<module>bench<\/module>/d' -e '/<module>k8s<\/module>/d' pom.xml \
    && ./mvnw -B -ntp -q -DskipTests -pl tools -am package \
    && mkdir -p /opt/convoy/lib \
    && cp tools/target/lib/*.jar tools/target/tools-*.jar /opt/convoy/lib/

FROM ${BASE_IMAGE}
COPY --from=build /opt/convoy/lib /opt/convoy/lib
COPY --chmod=0755 k8s/image/convoy /usr/local/bin/convoy
# By number: Kubernetes can tell that it is not root. Nothing in the image belongs to it, and nothing has to be writable
# but /tmp.
USER 10001:10001
ENTRYPOINT ["convoy"]
CMD ["--help"]
