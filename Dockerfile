# Two stages: build with Rust, run with nothing but the program.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --features s3 \
    && cp target/dist/corridor /usr/local/bin/corridor

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/corridor --create-home corridor
COPY --from=build /usr/local/bin/corridor /usr/local/bin/corridor
COPY config/default.toml /etc/corridor/config/default.toml
# The program reads config/default.toml from its working folder.
WORKDIR /etc/corridor
USER corridor
ENV CORRIDOR__SERVER__LISTEN=0.0.0.0:8080 \
    CORRIDOR__DATA__FOLDER=/var/lib/corridor \
    CORRIDOR__LOG__FORMAT=json
VOLUME ["/var/lib/corridor"]
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["corridor"]
CMD ["serve"]
