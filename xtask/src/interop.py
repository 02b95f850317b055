"""Drives the vendor's Python SDK against dcs-stand-in: ENDPOINT AK SK PROJECT_ID TASK_ID, the task INCRMIGEATING."""
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdcs.v2 import (
    DcsClient,
    ShowMigrationTaskRequest,
    StopMigrationTaskSyncRequest,
)

endpoint, ak, sk, project, task = sys.argv[1:]


def client(secret):
    credentials = BasicCredentials(ak, secret, project)
    return DcsClient.new_builder().with_credentials(credentials).with_endpoint(endpoint).build()


def show(c):
    return c.show_migration_task(ShowMigrationTaskRequest(task_id=task))


def stop(c):
    return c.stop_migration_task_sync(StopMigrationTaskSyncRequest(task_id=task))


def refused(call, c, status, code):
    try:
        call(c)
    except ClientRequestException as error:
        assert (error.status_code, error.error_code) == (status, code), error
        assert error.request_id, "no X-Request-Id"
        return error
    raise AssertionError(f"{call.__name__} was not refused")


wrong = client("not" + sk)
for call in (show, stop):
    error = refused(call, wrong, 401, "APIGW.0301")
    assert error.error_msg.endswith("verify aksk signature fail"), error.error_msg

right = client(sk)
detail = show(right)
assert (detail.task_id, detail.status) == (task, "INCRMIGEATING"), detail
assert detail.source_instance.addrs
stopped = stop(right)
assert stopped.status_code == 204, stopped
assert show(right).status == "TERMINATED"
refused(stop, right, 400, "DCS.4957")
print("interop: ok")
