"""What the Holography workspace asks of processes of its own: responses at once, analyses as jobs.

torch is loaded by the processes alone; orders, results and messages are plain data.
"""
