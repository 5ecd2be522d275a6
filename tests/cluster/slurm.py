"""A cluster of one node for the tests: munged, slurmctld and slurmd on a configuration, ports and folders of their own."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "srun", "sbatch", "scontrol")
# 72 cores and 8 GPUs that the machine need not have: Slurm takes the configuration's word, and binds nothing.
CONFIGURATION = """ClusterName=dscore-test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
KillWait=10
JobRequeue=1
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 Sockets=2 CoresPerSocket=36 ThreadsPerCore=1 RealMemory=1000 Gres=gpu:4
PartitionName=cpu Nodes={host} Default=YES
PartitionName=gpu_a100 Nodes={host}
PartitionName=gpu_h100 Nodes={host}
"""


def why_not():
    """Why no cluster can be started here; empty if one can."""
    missing = [name for name in PROGRAMS if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")]
    if missing:
        return f"no {', '.join(missing)} here: scripts/install_dependencies.sh cluster"
    if os.geteuid() != 0:
        return "Slurm's daemons need root's rights here"
    with open("/proc/mounts") as mounts:
        return "" if "/sys/fs/cgroup" in mounts.read() else "slurmd needs control groups, and /sys/fs/cgroup is not mounted"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """Runs from start() to stop()."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dscore-slurm-")
        self.environment = {**os.environ, "SLURM_CONF": f"{self.folder}/slurm.conf",
                            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
                            # as root, with more ranks than cores, on a node that is called as the machine is
                            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                            "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_btl_base_warn_component_unused": "0"}

    def start(self):
        host = socket.gethostname().split(".")[0]
        os.chmod(self.folder, 0o755)
        for name in ("munge", "state", "spool"):
            os.mkdir(f"{self.folder}/{name}", 0o755)
        with open(os.open(f"{self.folder}/munge.key", os.O_WRONLY | os.O_CREAT, 0o400), "wb") as key:
            key.write(os.urandom(256))
        self.write("slurm.conf", CONFIGURATION.format(host=host, folder=self.folder, controller_port=free_port(),
                                                      node_port=free_port()))
        for k in range(4):
            self.write(f"gpu{k}", "")
        self.write("gres.conf", f"Name=gpu File={self.folder}/gpu[0-3]\n")
        self.write("cgroup.conf", "")
        munge = f"{self.folder}/munge"
        self.run("munged", f"--key-file={self.folder}/munge.key", f"--socket={munge}/socket", f"--pid-file={munge}/pid",
                 f"--log-file={munge}/log", f"--seed-file={munge}/seed", "--force")
        self.run("slurmctld")
        self.run("slurmd")
        self.wait(lambda: self.run("sinfo", "-h", "-p", "cpu", "-o", "%T").strip() == "idle", 60, "the node is idle")

    def stop(self):
        if os.path.exists(f"{self.folder}/slurm.conf"):
            subprocess.run(["scancel", "--user=root"], env=self.environment, check=False, stderr=subprocess.DEVNULL)
        for name in ("slurmd.pid", "slurmctld.pid", "munge/pid"):
            self.end(f"{self.folder}/{name}")
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self, pid_file):
        try:
            with open(pid_file, encoding="ascii") as file:
                pid = int(file.read())
            os.kill(pid, signal.SIGTERM)
            for _ in range(100):
                time.sleep(0.1)
                os.kill(pid, 0)
            os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            pass

    def write(self, name, text):
        with open(f"{self.folder}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def run(self, *command, cwd=None, environment=None):
        """Standard output of a command that succeeds."""
        done = subprocess.run(command, env={**self.environment, **(environment or {})}, cwd=cwd, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.stderr}{self.logs()}")
        return done.stdout

    def logs(self):
        text = ""
        for name in ("slurmctld.log", "slurmd.log", "munge/log"):
            if os.path.exists(f"{self.folder}/{name}"):
                with open(f"{self.folder}/{name}", encoding="utf-8", errors="replace") as file:
                    text += f"\n{name}:\n{''.join(file.readlines()[-30:])}"
        return text

    def state(self, job):
        """Of a job, and its exit code: COMPLETED 0:0; of an array, all that its tasks have."""
        text = self.run("scontrol", "show", "job", "--oneliner", job)
        words = [word.split("=", 1)[1] for word in text.split() if word.startswith(("JobState=", "ExitCode="))]
        return " ".join(words)

    def has_steps(self):
        """Whether a step of a job is still on the node: Slurm keeps a socket for each."""
        return any(".pmix." in name or name.startswith(os.uname().nodename.split(".")[0] + "_")
                   for name in os.listdir(f"{self.folder}/spool"))

    def wait(self, condition, most_s, what):
        end = time.monotonic() + most_s
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{most_s} s, and still not: {what}{self.logs()}")
            time.sleep(0.2)

    def wait_for_end(self, job, most_s=240):
        def ended():
            states = self.state(job).split()[::2]
            return all(state in ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL") for state in states)
        self.wait(ended, most_s, f"job {job} has ended ({self.state(job)})")
        return self.state(job)
