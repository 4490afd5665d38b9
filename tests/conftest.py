import pytest
import torch


@pytest.fixture(scope="module")
def one_thread():
    """On a busy machine two threads wait for each other much longer than a tiny network needs on one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
