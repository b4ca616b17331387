# jazzgram with its studio. Build and start it:
#
#     docker build -t jazzgram .
#     docker run --rm -it -p 127.0.0.1:8800:8800 -v "$PWD:/work" -v jazzgram:/cache jazzgram
#
# and open the address on 127.0.0.1 that it prints; models that are trained stay in the volume. Without "127.0.0.1:" a
# phone in the same network can open the studio at this computer's address, with the same token. Any other command
# follows the name of the image; --user has its files belong to you:
#
#     docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" -v jazzgram:/cache jazzgram run blues
FROM python:3.11-slim AS build
WORKDIR /source
COPY . .
RUN python -m pip install --quiet --no-cache-dir "build>=1.2,<2" && python -m build --wheel --outdir /dist

FROM python:3.11-slim
# The wheel is mounted, not copied: a copy would stay in its layer. It is a file, so that no version can be named:
# hadolint ignore=DL3013
RUN --mount=type=bind,from=build,source=/dist,target=/dist \
    set -- /dist/*.whl && python -m pip install --quiet --no-cache-dir "$1[studio]"
RUN useradd --create-home --uid 1000 player && mkdir --mode=1777 /work /cache
ENV JAZZGRAM_CACHE=/cache
USER 1000
WORKDIR /work
EXPOSE 8800
ENTRYPOINT ["jazzgram"]
CMD ["studio", "--host", "0.0.0.0", "--port", "8800", "--no-open"]
