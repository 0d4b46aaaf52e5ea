import { Outlet } from 'react-router'

export default function WebhookLayout() {
  return <Outlet />
}
