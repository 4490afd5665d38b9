import pytest
import torch


@pytest.fixture(scope="module", autouse=True)
def one_thread_each():
    """Small arrays: two threads wait for each other longer than one computes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
