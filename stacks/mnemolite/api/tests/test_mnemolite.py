"""What can be said without a database. With one, the engine tests of the repository deploy the whole system."""

from __future__ import annotations

import json
import logging
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

sys.path.insert(0, str(Path(__file__).parent.parent))

from mnemolite.database import connect
from mnemolite.logs import JsonFormatter
from mnemolite.main import TRACES, create_app
from mnemolite.models import Vector
from mnemolite.settings import Settings, SettingsError

# Port 1 on this host: refuses at once.
ENVIRONMENT = {
    'APP_VERSION': '1.2.3',
    'EMBEDDING_DIMENSIONS': '3',
    'DATABASE_HOST': '127.0.0.1',
    'DATABASE_PORT': '1',
}


def settings(**variables: str) -> Settings:
    return Settings.from_environment({**ENVIRONMENT, **variables})


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(settings())) as started:
        yield started


def test_every_bad_variable_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        settings(LOG_LEVEL='loud', WEB_CONCURRENCY='0', FAULT='slow-start')
    assert str(caught.value) == (
        'FAULT is "slow-start" (use one of never-healthy, exit-at-start, migration-fails, slow-start:SECONDS); '
        'LOG_LEVEL is "LOUD" (use one of DEBUG, INFO, WARNING, ERROR); '
        'WEB_CONCURRENCY is "0" (use a whole number from 1 to 64)'
    )


def test_an_empty_variable_counts_as_missing() -> None:
    assert settings(APP_VERSION='', PORT='').version == 'development'


def test_a_password_in_the_environment_is_not_read() -> None:
    assert 'canary' not in repr(settings(DATABASE_PASSWORD='canary', DATABASE_URL='canary'))


def test_a_missing_password_file_is_named_and_is_no_reason_to_crash() -> None:
    with pytest.raises(psycopg.OperationalError, match='/nowhere: No such file'):
        connect(settings(DATABASE_PASSWORD_FILE='/nowhere'))


def test_health_and_version_need_no_database(client: TestClient) -> None:
    assert client.get('/health').json() == {'status': 'healthy'}
    assert client.get('/version').json() == {'version': '1.2.3'}


def test_without_database_ready_and_requests_answer_503_as_json(client: TestClient) -> None:
    ready = client.get('/ready')
    stored = client.post('/v1/memories', json={'content': 'x', 'embedding': [0, 1, 0]})
    assert (ready.status_code, ready.json()['reason']) == (503, 'the database does not answer')
    assert (stored.status_code, stored.json()) == (503, {'detail': 'the database does not answer'})


def test_ready_says_no_while_shutting_down(client: TestClient) -> None:
    client.app.state.mnemolite.draining = True
    answer = client.get('/ready')
    assert (answer.status_code, answer.json()['reason']) == (503, 'shutting down')
    assert answer.headers['connection'] == 'close'


@pytest.mark.parametrize(
    ('embedding', 'problem'),
    [
        ('[0, 1]', 'has 2 numbers; this server stores vectors of 3'),
        ('[0, 0, 0]', 'the length of the vector is not from 1e-06 to 1e+06'),
        ('[NaN, 0, 1]', 'the length of the vector is not from 1e-06 to 1e+06'),
        ('["a", 0, 1]', 'Input should be a valid number, unable to parse string as a number'),
    ],
)
def test_a_bad_vector_is_refused_with_the_reason(client: TestClient, embedding: str, problem: str) -> None:
    # Not by json=...: the client would refuse to send NaN.
    body = f'{{"embedding": {embedding}}}'
    answer = client.post('/v1/memories/search', content=body, headers={'Content-Type': 'application/json'})
    assert (answer.status_code, answer.json()['detail'][0]['msg']) == (422, problem)


def test_the_request_id_of_the_proxy_is_kept_and_an_odd_one_is_not(client: TestClient) -> None:
    assert client.get('/health', headers={'X-Request-ID': 'abc-1'}).headers['x-request-id'] == 'abc-1'
    assert client.get('/health', headers={'X-Request-ID': 'a b'}).headers['x-request-id'] != 'a b'


def test_metrics_count_by_route_pattern_and_not_by_path(client: TestClient) -> None:
    client.get('/v1/memories/not-a-uuid')
    client.get('/made/up')
    metrics = client.get('/metrics').text
    assert 'http_requests_total{method="GET",route="/v1/memories/{memory_id}",status="422"}' in metrics
    assert 'route="unmatched",status="404"' in metrics
    assert 'made/up' not in metrics


def test_the_echo_sends_back_what_it_gets(client: TestClient) -> None:
    with client.websocket_connect('/v1/echo') as socket:
        socket.send_text('hello')
        assert socket.receive_text() == 'hello'


def test_a_log_record_is_one_line_of_json_whatever_it_holds() -> None:
    record = logging.LogRecord('mnemolite', logging.INFO, __file__, 1, 'two\nlines "%s"', ('ü',), None)
    line = JsonFormatter().format(record)
    assert '\n' not in line
    assert json.loads(line)['message'] == 'two\nlines "ü"'


def test_a_request_is_a_span_of_the_trace_that_it_names_and_so_is_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setitem(TRACES, 'tracer_provider', provider)
    monkeypatch.setattr('mnemolite.tracing.tracer', provider.get_tracer('test'))
    monkeypatch.setattr(logging.getLogger(), 'handlers', [handler := logging.StreamHandler(sys.stdout)])
    handler.setFormatter(JsonFormatter())
    trace_id = '5b8efff798038103d269b633813fc60c'
    client = TestClient(create_app(settings()))
    client.get('/ready')
    client.get(f'/v1/memories/{uuid.uuid4()}', headers={'traceparent': f'00-{trace_id}-eee19b7ec3c1b174-01'})
    transaction, request = exporter.get_finished_spans()
    assert (transaction.name, request.name) == ('transaction', 'GET /v1/memories/{memory_id}')
    assert {f'{span.context.trace_id:032x}' for span in (transaction, request)} == {trace_id}
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line['trace_id'], line['span_id']) == (trace_id, f'{request.context.span_id:016x}')


def test_a_vector_is_sent_in_the_text_form_of_pgvector() -> None:
    assert Vector(3).get_col_spec() == 'vector(3)'
    assert Vector().bind_processor(None)([1, 0.25, -1e-07]) == '[1.0,0.25,-1e-07]'
