"""Runs the vendor's Python SDK at dcs-stand-in: ENDPOINT AK SK PROJECT_ID, then two tasks with the status INCRMIGEATING.

Writes the result of each call as a line of JSON. `every_call`, an example of our client, makes the same calls.
"""
import json
import sys
import time

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdcs import v2 as dcs

endpoint, ak, sk, project, exchanged, stopped = sys.argv[1:]
UNKNOWN = "00000000000000000000000000000000"
INSTANCE = "c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7"


def client(secret):
    credentials = BasicCredentials(ak, secret, project)
    return dcs.DcsClient.new_builder().with_credentials(credentials).with_endpoint(endpoint).build()


right = client(sk)


def call(operation, client=right, **arguments):
    """Calls an operation by its name in the vendor documentation."""
    method = "".join("_" + letter.lower() if letter.isupper() else letter for letter in operation)[1:]
    return getattr(client, method)(getattr(dcs, operation + "Request")(**arguments))


def tell(operation, **arguments):
    response = call(operation, **arguments)
    print(json.dumps({"operation": operation, "value": response.to_dict()}), flush=True)
    return response


def refused(status, code, *call_, **arguments):
    try:
        call(*call_, **arguments)
    except ClientRequestException as error:
        assert (error.status_code, error.error_code) == (status, code), error
        assert error.request_id, "no X-Request-Id"
        return error
    raise AssertionError(f"{call_[0]} was not refused")


def until(what, reached):
    for _ in range(100):
        if reached():
            return
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


def status(task, *wanted):
    until(wanted, lambda: call("ShowMigrationTask", task_id=task).status in wanted)


def exchange(task, wanted):
    until(wanted, lambda: call("ShowMigrationTask", task_id=task).task_status == wanted)


wrong = client("not" + sk)
error = refused(401, "APIGW.0301", "StopMigrationTaskSync", wrong, task_id=stopped)
assert error.error_msg.endswith("verify aksk signature fail"), error.error_msg
refused(400, "DCS.4133", "ShowMigrationTask", task_id=UNKNOWN)

task = tell(
    "CreateOnlineMigrationTask",
    body=dcs.CreateOnlineMigrationTaskBody(
        name="orders-to-v6", description="move to 6.0", vpc_id=INSTANCE, subnet_id=INSTANCE, security_group_id=INSTANCE
    ),
).instance_id
status(task, "RUNNING")
tell(
    "SetOnlineMigrationTask",
    task_id=task,
    body=dcs.SetOnlineMigrationTaskBody(
        migration_method="incremental_migration",
        resume_mode="auto",
        bandwidth_limit_mb="100",
        source_instance=dcs.ConfigMigrationInstanceBody(addrs="10.20.0.15:6379", password="invented"),
        target_instance=dcs.ConfigMigrationInstanceBody(id=INSTANCE),
    ),
)
status(task, "INCRMIGEATING")
until("level", lambda: str(call("ShowMigrationTaskStats", task_id=task).offset) == "0")
tell("ShowMigrationTask", task_id=task)
tell("ShowMigrationTaskStats", task_id=task)
tell("ListMigrationTaskLogs", task_id=task, limit=1, log_level="INFO")
call("UpdateMigrationTask", task_id=task, body=dcs.MigrationUpdateRequestEntity(resume_mode="manual"))
assert call("ShowMigrationTask", task_id=task).resume_mode == "manual"
assert call("StopMigrationTaskSync", task_id=task).status_code == 204
refused(400, "DCS.4957", "StopMigrationTaskSync", task_id=task)
status(task, "TERMINATED")
tell(
    "BatchRestartOnlineMigrationTasks",
    body=dcs.BatchRestartOnlineMigrationTasksBody(migration_tasks=[task, UNKNOWN]),
)
status(task, "INCRMIGEATING")
tell("StopMigrationTask", task_id=task)
status(task, "TERMINATED")

body = dcs.IpExchangeRequest(exchanged_ip=["10.20.0.15"], is_exchange_domain=True)
assert call("ExchangeInstanceIp", task_id=exchanged, body=body).status_code == 204
exchange(exchanged, "EXCHANGE_SUCCESS")
assert call("RollbackExchangeInstanceIp", task_id=exchanged).status_code == 204
exchange(exchanged, "ROLLBACK_SUCCESS")

tell("BatchStopMigrationTasks", body=dcs.BatchStopMigrationTasksBody(migration_tasks=[stopped, UNKNOWN]))
status(stopped, "TERMINATED")

imported = tell(
    "CreateMigrationTask",
    body=dcs.CreateMigrationTaskBody(
        task_name="seed-import",
        migration_type="backupfile_import",
        migration_method="full_amount_migration",
        backup_files=dcs.BackupFilesBody(
            file_source="self_build_obs", bucket_name="dumps", files=[dcs.Files(file_name="dump.rdb")]
        ),
        target_instance=dcs.TargetInstanceBody(id=INSTANCE, password="invented"),
    ),
).id
status(imported, "SUCCESS")
tell("ListMigrationTask", limit=50, offset=0)
tell("DeleteMigrationTask", body=dcs.DeleteMigrateTaskRequest(task_id_list=[imported, UNKNOWN]))
refused(400, "DCS.4133", "ShowMigrationTask", task_id=imported)
