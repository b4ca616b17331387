# jazzgram with its studio. Build and start it:
#
#     docker build -t jazzgram .
#     docker run --rm -it --network host -v "$PWD:/work" jazzgram
#
# and open the address that it prints. The studio answers this computer only, so the container shares its network (on
# macOS and Windows: Docker Desktop, "Enable host networking"). Any other command follows the name of the image:
#
#     docker run --rm -v "$PWD:/work" jazzgram run blues
FROM python:3.11-slim AS build
WORKDIR /source
COPY . .
RUN python -m pip install --quiet build && python -m build --wheel --outdir /dist

FROM python:3.11-slim
COPY --from=build /dist /dist
RUN wheel=$(ls /dist/*.whl) && python -m pip install --quiet --no-cache-dir "$wheel[studio]" && rm -r /dist
RUN useradd --create-home player && mkdir /work && chown player /work
USER player
WORKDIR /work
ENTRYPOINT ["jazzgram"]
CMD ["studio", "--port", "8800"]
