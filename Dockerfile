# A wheel with the pages in it is built in one image and runs in another, as a user of its own.
FROM python:3.13-slim-trixie AS build
WORKDIR /src
COPY requirements requirements
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/serve.txt \
    && pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.txt
COPY . .
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation -w /wheels . \
    && /venv/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM python:3.13-slim-trixie
RUN useradd --system --user-group --uid 10001 --home-dir /data streamhub \
    && install -d -o streamhub -g streamhub -m 0700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as http; http.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["streamhub"]
CMD ["serve", "--data", "/data", "--host", "0.0.0.0", "--port", "8080"]
