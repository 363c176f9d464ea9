"""What is loaded before the window shows."""

import subprocess
import sys


def test_the_window_and_the_session_do_not_load_torch_or_matplotlib() -> None:
    code = (
        "import sys, nrg_app.ui.app, nrg_app.session.client; "
        "print([m for m in ('torch', 'matplotlib', 'numba') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.strip() == "[]"
