"""The Train workspace: panels that follow a training run, and the controls that start one."""
