"""Answers what botocore reads in pairs of AWS files: one question and one answer in JSON on each line."""

import base64
import json
import os
import sys
import tempfile

import awscli  # It brings a botocore of its own and makes it importable.
import botocore.exceptions
import botocore.session


def answer(session, folder, question):
    session._config = None  # Read anew; a session of its own for each question takes longer than all the rest.
    for name, variable in (("config", "config_file"), ("credentials", "credentials_file")):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(base64.b64decode(question[name]))
        session.set_config_variable(variable, path)
    try:
        found = session.full_config
    except botocore.exceptions.ConfigParseError as error:
        return {"refused": str(error)}
    return {kind: found.get(kind, {}) for kind in ("profiles", "sso_sessions", "services")}


with tempfile.TemporaryDirectory() as folder:
    session = botocore.session.Session()
    for line in sys.stdin:
        print(json.dumps(answer(session, folder, json.loads(line))), flush=True)
